// What the browser keeps for us: localStorage or sessionStorage where it works and is allowed, memory otherwise.
// Storage may throw at any touch (blocked, full, partitioned): the page never notices.

export interface Store {
  read<T>(name: string): T | null;
  /** null takes it out. */
  write(name: string, value: unknown): void;
  names(start: string): string[];
  /** Move what memory holds to the disk: it is allowed now. */
  settle(): void;
  /** Forget everything. */
  wipe(): void;
}

export function openStore(area: () => Storage, prefix: string, allowed: () => boolean): Store {
  const memory = new Map<string, string>();
  const disk = <T>(use: (storage: Storage) => T): T | undefined => {
    try {
      return use(area());
    } catch {
      return undefined;
    }
  };
  const names = (start: string): string[] => {
    const ours = Object.keys(disk((storage) => ({ ...storage })) ?? {}).filter((name) => name.startsWith(prefix));
    const all = new Set([...ours.map((name) => name.slice(prefix.length)), ...memory.keys()]);
    return [...all].filter((name) => name.startsWith(start)).sort();
  };
  const write = (name: string, value: unknown): void => {
    memory.delete(name);
    const text = JSON.stringify(value);
    if (value === null) disk((storage) => storage.removeItem(prefix + name));
    else if (!allowed() || disk((storage) => storage.setItem(prefix + name, text) ?? true) === undefined)
      memory.set(name, text);
  };
  return {
    read(name) {
      try {
        return JSON.parse(memory.get(name) ?? disk((storage) => storage.getItem(prefix + name)) ?? "null");
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
