/** Compares by a text of the entity, as code points: fast enough for thousands of rows, and always the same. */
export function byText<E>(textOf: (entity: E) => string): (a: E, b: E) => number {
  return (a, b) => {
    const [one, other] = [textOf(a), textOf(b)];
    return one === other ? 0 : one < other ? -1 : 1;
  };
}
