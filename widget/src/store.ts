// What the browser keeps for us: localStorage or sessionStorage where it works and is allowed, memory otherwise.
// Storage may throw at any touch (blocked, full, partitioned): the page never notices.

export interface Store {
  read<T>(name: string): T | null;
  /** null takes it out. Returns false where it is kept in memory only. */
  write(name: string, value: unknown): boolean;
  names(prefix: string): string[];
  /** Move what memory holds to the disk: it is allowed now. */
  settle(): void;
  /** Forget everything. */
  wipe(): void;
}

export function openStore(area: () => Storage, prefix: string, allowed: () => boolean): Store {
  const memory = new Map<string, string>();
  const disk = <T>(use: (storage: Storage) => T, otherwise: T): T => {
    try {
      return use(area());
    } catch {
      return otherwise;
    }
  };
  const names = (start: string): string[] => {
    const kept = disk((storage) => Object.keys(storage), []);
    const ours = kept.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
    return [...new Set([...ours, ...memory.keys()])].filter((name) => name.startsWith(start)).sort();
  };
  const write = (name: string, value: unknown): boolean => {
    const text = value === null ? null : JSON.stringify(value);
    memory.delete(name);
    const done = disk((storage) => {
      if (text === null) storage.removeItem(prefix + name);
      else if (allowed()) storage.setItem(prefix + name, text);
      return text === null || allowed();
    }, false);
    if (!done && text !== null) memory.set(name, text);
    return done;
  };
  return {
    read(name) {
      const text = memory.get(name) ?? disk((storage) => storage.getItem(prefix + name), null);
      try {
        return text && JSON.parse(text);
      } catch {
        return null;
      }
    },
    write,
    names,
    settle() {
      for (const [name, text] of [...memory]) write(name, JSON.parse(text));
    },
    wipe() {
      for (const name of names("")) write(name, null);
    },
  };
}
