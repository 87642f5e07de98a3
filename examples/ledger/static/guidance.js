// What any product pastes: calls made before the widget has arrived wait in a queue.
if (!window.handrail) {
  const calls = [];
  const names = "identify account track start stop reset destroy on consent next back close show test".split(" ");
  const queue = names.map((name) => [name, (...given) => void calls.push([name, given])]);
  window.handrail = { calls, state: () => ({ ready: false, open: [] }), explain: () => [], ...Object.fromEntries(queue) };
}

{
  const visitor = JSON.parse(document.querySelector('meta[name="ledger-visitor"]').content);
  const token = visitor.signed ? async () => (await fetch("/api/identity-token")).text() : undefined;
  if (new URLSearchParams(location.search).has("fresh")) window.handrail.reset();
  if (visitor.id) {
    window.handrail.identify(visitor.id, visitor.traits, token ? { token } : {});
    window.handrail.account(visitor.account, visitor.account_traits);
  }
}
