import { invalidParameter, missingParameter } from './errors.ts';

/** The parameters of one call in EC2's query protocol, or of one structure inside it. */
export interface Query {
  /** The value of a plain parameter. */
  text(name: string): string | undefined;
  /** @throws MissingParameter */
  required(name: string): string;
  /** @throws InvalidParameterValue when it is not a whole number */
  integer(name: string): number | undefined;
  /** True only for `true`. */
  flag(name: string): boolean;
  /** The values of `Name.1`, `Name.2`, … in the order of their numbers. */
  texts(name: string): string[];
  /** The structures `Name.1.…`, `Name.2.…` in the order of their numbers. */
  groups(name: string): Query[];
  /** Every parameter, sorted by name: what two calls must share to be the same call. */
  entries(): [string, string][];
}

/** Reads a form body such as `Action=DescribeInstances&Filter.1.Name=tag:a&Filter.1.Value.1=b`. */
export function parseQuery(body: string): Query {
  return queryOver(new Map(new URLSearchParams(body)));
}

function queryOver(parameters: Map<string, string>): Query {
  const numbersUnder = (name: string) => {
    const numbers = new Set<number>();
    for (const key of parameters.keys()) {
      if (!key.startsWith(`${name}.`)) continue;
      const number = Number(key.slice(name.length + 1).split('.', 1)[0]);
      if (Number.isInteger(number)) numbers.add(number);
    }
    return [...numbers].sort((a, b) => a - b);
  };
  const query: Query = {
    text: (name) => parameters.get(name),
    required: (name) => {
      const value = parameters.get(name);
      if (value === undefined || value === '') throw missingParameter(name);
      return value;
    },
    integer: (name) => {
      const value = parameters.get(name);
      if (value === undefined) return undefined;
      if (!/^-?\d+$/.test(value)) throw invalidParameter(name, value);
      return Number(value);
    },
    flag: (name) => parameters.get(name) === 'true',
    texts: (name) =>
      numbersUnder(name).flatMap((number) => {
        const value = parameters.get(`${name}.${number}`);
        return value === undefined ? [] : [value];
      }),
    groups: (name) =>
      numbersUnder(name).map((number) => {
        const prefix = `${name}.${number}.`;
        const inner = [...parameters]
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, value]): [string, string] => [key.slice(prefix.length), value]);
        return queryOver(new Map(inner));
      }),
    entries: () => [...parameters].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
  return query;
}
