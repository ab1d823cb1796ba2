import type { Kind } from '@lcm/core/domain/kinds.ts';
import type { Match } from '@lcm/core/spi/state-store.ts';
import { compareFields, type FieldValue, fieldValue } from '../state-store/field-value.ts';
import { BY_ID, type ListPlan } from '../state-store/list-plan.ts';
import type { StoredShape } from '../state-store/stored-shape.ts';
import type { Dialect } from './dialect.ts';
import { columnOf } from './field-columns.ts';
import { DOCUMENT_COLUMNS } from './kind-statements.ts';
import { tableOf } from './schema.ts';

/** A statement with the values of its parameters. */
export interface Statement {
  sql: string;
  parameters: FieldValue[];
}

/** More branches than this are slower than sorting. */
const MOST_BRANCHES = 64;

/**
 * One page of documents, one more than asked for, each with its sort value as `place`.
 *
 * An index gives `status, createdAt` in order for one status at a time and begins at a place only where that
 * is a plain range. So a page is a union of branches, one per status, each split into "same sort value,
 * higher id" and "higher sort value"; every branch reads the head of an index, and nothing but the index.
 */
export function listStatement(kind: Kind, shape: StoredShape, plan: ListPlan, dialect: Dialect): Statement {
  const values = new Parameters(dialect);
  const { field, direction } = plan.order;
  const by = field === BY_ID ? "''" : columnOf(field);
  const order = (value: string, id: string) =>
    field === BY_ID ? `${id} ${direction}` : `${value} ${direction}, ${id} ${direction}`;
  const limit = values.add(plan.limit + 1);
  const branches = filters(shape, plan).flatMap((where) => {
    const conditions = where.flatMap(([name, match]) => conditionsOn(columnOf(name), match, values));
    return continuations(plan, by, values).map(
      (after) =>
        `SELECT * FROM (SELECT id, ${by} AS place FROM ${tableOf(kind)}${whereClause([...conditions, ...after])}
         ORDER BY ${order(by, 'id')} LIMIT ${limit}) AS branch`,
    );
  });
  const columns = DOCUMENT_COLUMNS.map((column) => `document.${column}`).join(', ');
  return {
    sql: `SELECT ${columns}, page.place
      FROM (SELECT * FROM (${branches.join(' UNION ALL ')}) AS branches
            ORDER BY ${order('place', 'id')} LIMIT ${limit}) AS page
      JOIN ${tableOf(kind)} AS document ON document.id = page.id
      ORDER BY ${order('page.place', 'page.id')}`,
    parameters: values.all,
  };
}

/** How many documents match. */
export function countStatement(kind: Kind, where: ListPlan['where'], dialect: Dialect): Statement {
  const values = new Parameters(dialect);
  const conditions = where.flatMap(([field, match]) => conditionsOn(columnOf(field), match, values));
  return {
    sql: `SELECT count(*) AS found FROM ${tableOf(kind)}${whereClause(conditions)}`,
    parameters: values.all,
  };
}

class Parameters {
  readonly all: FieldValue[] = [];
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** Keeps the value and gives its placeholder. */
  add(value: FieldValue): string {
    this.all.push(value);
    return this.#dialect.parameter(this.all.length);
  }
}

/** The conditions, once per value of the list that an index can order by the sort field. */
function filters(shape: StoredShape, plan: ListPlan): ListPlan['where'][] {
  const { order } = plan;
  const where = plan.where.map(([field, match]) => [field, narrowed(field, match, plan)] as const);
  const split = where.find(
    ([field, match]) =>
      isList(match) &&
      match.length <= MOST_BRANCHES &&
      shape.indexes.some(([first, second]) => first === field && second === order.field),
  );
  if (!split || !isList(split[1]) || split[1].length === 0) return [where];
  const [field, match] = split;
  return [...new Set(match)].map((value) => where.map((one) => (one[0] === field ? [field, value] : one)));
}

/**
 * A range on the sort field without what the place has passed. Of two bounds on one side a database begins
 * at the first it reads, not at the closer, and so would read every earlier page again.
 */
function narrowed(field: string, match: Match, { order, after }: ListPlan): Match {
  if (field !== order.field || !after || typeof match !== 'object' || isList(match)) return match;
  const { from, to } = match;
  const passed = String(after.value);
  if (order.direction === 'asc') {
    return compareFields(passed, from ?? '') > 0 ? { ...match, from: passed } : match;
  }
  if (to === undefined || compareFields(passed, to) >= 0) return match;
  return from === undefined ? {} : { from };
}

/** Conditions for what comes after the place: those of one branch each. */
function continuations({ order, after }: ListPlan, by: string, values: Parameters): string[][] {
  if (!after) return [[]];
  const beyond = order.direction === 'asc' ? '>' : '<';
  const id = values.add(after.id);
  if (order.field === BY_ID) return [[`id ${beyond} ${id}`]];
  const value = values.add(after.value);
  return [[`${by} = ${value}`, `id ${beyond} ${id}`], [`${by} ${beyond} ${value}`]];
}

function conditionsOn(field: string, match: Match, values: Parameters): string[] {
  if (typeof match !== 'object') return [`${field} = ${values.add(fieldValue(match))}`];
  if (isList(match)) {
    if (match.length === 0) return ['1 = 0'];
    return [`${field} IN (${match.map((value) => values.add(value)).join(', ')})`];
  }
  // A range holds only those that have the field.
  const from = match.from ? `${field} >= ${values.add(match.from)}` : `${field} > ''`;
  return match.to === undefined ? [from] : [from, `${field} < ${values.add(match.to)}`];
}

const whereClause = (conditions: string[]): string =>
  conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;

const isList = (match: Match): match is readonly string[] => Array.isArray(match);
