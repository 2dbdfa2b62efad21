// The engine hands everything over as new objects. What says the same as before is given the identity that it had, so that
// whatever shows it has nothing to render.

/** `next`, which is changed in place: each part that equals its counterpart in `former` becomes that one. */
export function shareEqual<Value>(former: Value | undefined, next: Value): Value {
  return shared(former, next) as Value;
}

function shared(former: unknown, next: unknown): unknown {
  if (!isTree(former) || !isTree(next) || Array.isArray(former) !== Array.isArray(next)) return next;
  const names = Object.keys(next);
  let isSame = names.length === Object.keys(former).length;
  for (const name of names) {
    next[name] = shared(former[name], next[name]);
    if (!Object.is(next[name], former[name])) isSame = false;
  }
  return isSame ? former : next;
}

/** Arrays are trees as well, with their indices as names. */
function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && (Array.isArray(value) || value.constructor === Object);
}
