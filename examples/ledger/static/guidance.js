// What any product pastes: calls made before the widget has arrived wait in a queue.
window.handrail ??= (() => {
  const queue = [];
  const call = (name) => (...values) => void queue.push([name, ...values]);
  const names = ["identify", "account", "track", "start", "stop", "reset", "on", "test"];
  return Object.assign({ queue }, Object.fromEntries(names.map((name) => [name, call(name)])));
})();

{
  const visitor = JSON.parse(document.querySelector('meta[name="ledger-visitor"]').content);
  const token = visitor.signed ? async () => (await fetch("/api/identity-token")).text() : undefined;
  if (new URLSearchParams(location.search).has("fresh")) window.handrail.reset();
  if (visitor.id) {
    window.handrail.identify(visitor.id, visitor.traits, token ? { token } : {});
    window.handrail.account(visitor.account, visitor.account_traits);
  }
}
