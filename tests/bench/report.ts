import { type Goal, goals } from './goals.ts';
import type { Measured } from './measured.ts';

/** A line of build/bench.json. */
export interface Result extends Measured {
  /** Value to limit. */
  ratio?: number;
  goal?: Goal;
  /** Whether the goal is reached; absent without one. */
  met?: boolean;
}

/** Holds a number against its limit and its goal. */
export function judge(measured: Measured): Result {
  const { value, limit } = measured;
  const goal = goals[measured.name];
  const ratio = limit === undefined ? undefined : value / limit;
  // A ratio to nothing reaches no goal.
  const counts = goal?.of === 'ratio' ? (ratio ?? Number.NaN) : value;
  return {
    ...measured,
    ...(ratio === undefined ? {} : { ratio: rounded(ratio) }),
    ...(goal ? { goal, met: reaches(counts, goal) } : {}),
    value: rounded(value),
    ...(limit === undefined ? {} : { limit: rounded(limit) }),
  };
}

const reaches = (value: number, { bound, amount }: Goal) =>
  bound === 'atLeast' ? value >= amount : value <= amount;

/** A table for people: what was measured, what it was to be, and whether it is. @param short says nothing of goals */
export function tableOf(results: readonly Result[], short: boolean): string {
  const rows = results.map((result) => [
    result.name,
    `${shown(result.value)} ${result.unit}`,
    result.limit === undefined ? '' : shown(result.limit),
    result.ratio === undefined ? '' : shown(result.ratio),
    result.goal && !short ? goalText(result.goal) : '',
    result.met === undefined || short ? '' : result.met ? 'met' : 'MISSED',
    result.note ?? '',
  ]);
  const lines = [['name', 'value', 'limit', 'ratio', 'goal', '', ''], ...rows];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) => line.map((cell, column) => aligned(cell, column, widths?.[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Numbers stand one below the other. */
const aligned = (cell: string, column: number, width: number) =>
  column >= 1 && column <= 3 ? cell.padStart(width) : cell.padEnd(width);

const goalText = ({ of, bound, amount }: Goal) =>
  `${of === 'ratio' ? 'ratio ' : ''}${bound === 'atLeast' ? '≥' : '≤'} ${shown(amount)}`;

const shown = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 4 });

const rounded = (value: number) => Number(value.toPrecision(4));
