/** One thing that is looked for in one piece of evidence. */
export interface RubricCheck {
  /** The name of the evidence that is searched. */
  source: string;
  /** A regular expression in JavaScript's syntax. */
  pattern: string;
  /** `positive` (the default) passes on a match, `negative` on none. */
  mode?: 'positive' | 'negative';
  flags?: ('multiline' | 'ignorecase' | 'dotall')[];
  /** What to tell when the check fails. */
  onFail?: string;
}

/** What points are given for; all of its checks must pass. */
export interface RubricItem {
  id: string;
  points: number;
  description?: string;
  /** The part of the report that the item belongs to. */
  section?: string;
  checks: RubricCheck[];
}

/** How evidence is turned into a score. */
export interface Rubric {
  domain?: string;
  /** The points that are needed to pass; 0 where none are demanded. */
  cutScore?: number;
  items: RubricItem[];
}

/** The JSON schema of a rubric. Further fields are accepted and ignored. */
export const rubricSchema = {
  type: 'object',
  required: ['items'],
  properties: {
    domain: { type: 'string' },
    cutScore: { type: 'number', minimum: 0 },
    items: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['id', 'points', 'checks'],
        properties: {
          id: { type: 'string', minLength: 1 },
          points: { type: 'number', minimum: 0 },
          description: { type: 'string' },
          section: { type: 'string', minLength: 1 },
          checks: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              required: ['source', 'pattern'],
              properties: {
                source: { type: 'string', minLength: 1 },
                pattern: { type: 'string', minLength: 1 },
                mode: { enum: ['positive', 'negative'] },
                flags: { type: 'array', items: { enum: ['multiline', 'ignorecase', 'dotall'] } },
                onFail: { type: 'string' },
              },
            },
          },
        },
      },
    },
  },
} as const;

const letters = { multiline: 'm', ignorecase: 'i', dotall: 's' } as const;

/** The letters that JavaScript has for a check's flags. */
export const flagLetters = (check: RubricCheck) =>
  [...new Set(check.flags ?? [])].map((flag) => letters[flag]).join('');

/** What is wrong with the rubric beyond its shape, or nothing: ids that occur twice, patterns that are none. */
export function rubricFault({ items }: Rubric): string | undefined {
  const seen = new Set<string>();
  for (const item of items) {
    if (seen.has(item.id)) return `two items have the id ${item.id}`;
    seen.add(item.id);
    for (const check of item.checks) {
      try {
        new RegExp(check.pattern, flagLetters(check));
      } catch (error) {
        return `item ${item.id}: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
  }
  return undefined;
}
