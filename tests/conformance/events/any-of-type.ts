import fc from 'fast-check';
import ts from 'typescript';

/** Texts of all that a body may have: what stores and wires have been known to lose. */
const text = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 12 }),
    fc.string({ minLength: 1, maxLength: 6, unit: 'binary' }),
    fc.constantFrom("it's", '"', '\\', '\n', '\u2028', '\0', '\ufeff', '🦊', '__proto__', 'constructor', '%'),
  )
  .filter((one) => one.isWellFormed());
const instant = fc
  .integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) })
  .map((ms) => new Date(ms).toISOString());
const number = fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.double({ min: 0, max: 1e9, noNaN: true }));

/** Fields that hold a moment, by their name: the type says no more than that they are text. */
const IS_INSTANT = /(^at|At|^since|Since|^start|^end|^from|^to)$/;

/** Any value of a type, as the compiler knows it. @throws Error for a type of which it cannot make a value */
export function anyOfType(
  checker: ts.TypeChecker,
  type: ts.Type,
  name = '',
  depth = 0,
): fc.Arbitrary<unknown> {
  if (depth > 12) throw new Error(`${checker.typeToString(type)} has no end`);
  const inner = (part: ts.Type, as = name) => anyOfType(checker, part, as, depth + 1);
  if (type.isUnion())
    return fc.oneof(...type.types.filter((part) => !isMissing(checker, part)).map((part) => inner(part)));
  if (type.isStringLiteral() || type.isNumberLiteral()) return fc.constant(type.value);
  const { flags } = type;
  if (flags & ts.TypeFlags.BooleanLiteral) return fc.constant(checker.typeToString(type) === 'true');
  if (flags & ts.TypeFlags.Undefined) return fc.constant(undefined);
  if (flags & ts.TypeFlags.Null) return fc.constant(null);
  if (flags & (ts.TypeFlags.Unknown | ts.TypeFlags.Any)) return fc.jsonValue({ maxDepth: 3 });
  if (flags & ts.TypeFlags.Number) return number;
  // A branded text is an intersection of text and its brand.
  const isText = flags & ts.TypeFlags.String || (type.isIntersection() && type.types.some(isString));
  if (isText) return IS_INSTANT.test(name) ? instant : text;
  if (checker.isArrayType(type)) {
    const [item] = checker.getTypeArguments(type as ts.TypeReference);
    if (item) return fc.array(inner(item), { maxLength: 3 });
  }
  if (flags & ts.TypeFlags.Object || type.isIntersection()) return anyObject(checker, type, inner);
  throw new Error(`no value is known of the type ${checker.typeToString(type)} of ${name}`);
}

/** What stands for "not there" in the type of an optional field, beside an `undefined` that may be there. */
const isMissing = (checker: ts.TypeChecker, type: ts.Type) =>
  Boolean(type.flags & ts.TypeFlags.Undefined) && type !== checker.getUndefinedType();
const isString = ({ flags }: ts.Type) => Boolean(flags & ts.TypeFlags.String);

function anyObject(
  checker: ts.TypeChecker,
  type: ts.Type,
  inner: (part: ts.Type, name?: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  const requiredKeys: string[] = [];
  for (const property of checker.getPropertiesOfType(type)) {
    fields[property.name] = inner(checker.getTypeOfSymbol(property), property.name);
    if (!(property.flags & ts.SymbolFlags.Optional)) requiredKeys.push(property.name);
  }
  const [index] = checker.getIndexInfosOfType(type);
  if (!index) return fc.record(fields, { requiredKeys });
  // Objects of ours never have such a member: it would not be one to all who read it.
  const keys = text.filter((key) => key !== '__proto__');
  return fc.dictionary(keys, inner(index.type), { maxKeys: 3 });
}
