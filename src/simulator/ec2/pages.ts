import { Ec2Error, invalidParameter } from './errors.ts';
import type { Query } from './query.ts';

/** One page of a list, and where the next one begins. */
export interface Page<T> {
  items: T[];
  nextToken: string | undefined;
}

/**
 * Cuts the page that `MaxResults` and `NextToken` ask for; without MaxResults, everything.
 * The token names the last position seen, so that things that come or go meanwhile shift nothing.
 * @param positionOf grows strictly along the list
 */
export function page<T>(
  query: Query,
  things: T[],
  positionOf: (thing: T) => number,
  limits: { least: number; most: number } = { least: 5, most: 1000 },
): Page<T> {
  const size = query.integer('MaxResults');
  if (size !== undefined && (size < limits.least || size > limits.most)) {
    throw invalidParameter('MaxResults', `${size}, not within ${limits.least} to ${limits.most}`);
  }
  const after = readToken(query.text('NextToken'));
  const rest = after === undefined ? things : things.filter((thing) => positionOf(thing) > after);
  const items = size === undefined ? rest : rest.slice(0, size);
  const last = items.at(-1);
  const nextToken = last && items.length < rest.length ? writeToken(positionOf(last)) : undefined;
  return { items, nextToken };
}

const writeToken = (position: number) => Buffer.from(`after:${position}`).toString('base64url');

function readToken(token: string | undefined): number | undefined {
  if (!token) return undefined;
  const match = /^after:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (!match) throw new Ec2Error('InvalidNextToken', `The token '${token}' is invalid`);
  return Number(match[1]);
}
