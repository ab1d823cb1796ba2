/** One field that another value stands in than before. */
export interface Difference {
  /** Where it stands, as a JSON pointer (RFC 6901) into the state. */
  field: string;
  /** Absent where there was nothing. */
  from?: unknown;
  /** Absent where there is nothing any more. */
  to?: unknown;
  /** Its values are secret: that they changed is all that is told. */
  hidden?: true;
}

/** Most differences told of one change, and most places looked at for them. */
const MOST_DIFFERENCES = 60;
const MOST_PLACES = 2_000;
/** Longest value told, in characters of its JSON. */
const LONGEST_VALUE = 500;

/** Fields that say again what their entry says, or what the events before it said. */
const TOLD_ELSEWHERE = new Set(['id', 'history', 'updatedAt', 'updatedBy', 'statusSince', 'inbound']);
const SECRET = /password|passphrase|secret|token|credential|api_?key|private_?key|login_?url|launch_?url/i;

/**
 * Which fields differ between two states. What is shared between them is not walked through, so that its cost goes
 * with the change and not with the state. Secrets are never told; long values and long lists of fields are cut.
 */
export function differencesOf(before: unknown, after: unknown): { differences: Difference[]; cut: boolean } {
  const differences: Difference[] = [];
  let places = 0;
  let cut = false;
  const walk = (field: string, from: unknown, to: unknown, depth: number) => {
    if (from === to) return;
    places += 1;
    if (differences.length >= MOST_DIFFERENCES || places > MOST_PLACES) {
      cut = true;
      return;
    }
    const [old, young] = [fieldsOf(from), fieldsOf(to)];
    // An object that came or went is told by its fields; in place of another value, as a whole.
    if ((old ?? young) && (old || from === undefined) && (young || to === undefined)) {
      for (const key in young) visit(field, key, old?.[key], young[key], depth);
      for (const key in old) if (!young || !(key in young)) visit(field, key, old[key], undefined, depth);
      return;
    }
    const [was, is] = [shown(from), shown(to)];
    if (was.text === is.text) return;
    cut ||= was.cut || is.cut;
    differences.push({
      field,
      ...(from === undefined ? {} : { from: was.value }),
      ...(to === undefined ? {} : { to: is.value }),
    });
  };
  const visit = (parent: string, key: string, from: unknown, to: unknown, depth: number) => {
    if (from === to || (depth === 0 && TOLD_ELSEWHERE.has(key))) return;
    const field = `${parent}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (SECRET.test(key)) differences.push({ field, hidden: true });
    else walk(field, from, to, depth + 1);
  };
  walk('', before, after, 0);
  return { differences, cut };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Record<string, unknown>;
}

/** A value as it may be told, and the text by which it is compared. */
function shown(value: unknown): { value: unknown; text: string; cut: boolean } {
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || value === undefined)
    return { value, text: String(value), cut: false };
  const text = typeof value === 'string' ? value : JSON.stringify(value, withoutSecrets);
  if (text.length > LONGEST_VALUE) return { value: `${text.slice(0, LONGEST_VALUE)}…`, text, cut: true };
  return { value: typeof value === 'string' ? value : JSON.parse(text), text, cut: false };
}

const withoutSecrets = (key: string, value: unknown): unknown => (SECRET.test(key) ? '(hidden)' : value);
