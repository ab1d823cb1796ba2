import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { errorCodes } from 'fastify';

/** Levels of arrays and objects in a body; ours have a dozen. What is deeper could not be written again. */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * The value of a JSON body (RFC 8259).
 * @throws Refusal `invalid` for what is not JSON in UTF-8, nests too deeply, or has what is one thing to us and
 *   another to whoever reads it after: a member `__proto__`, half a character (I-JSON, RFC 7493)
 */
export function jsonBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw notJson('is not UTF-8');
  if (depthOf(body) > MAX_DEPTH) throw notJson(`nests more than ${MAX_DEPTH} levels deep`);
  const text = body.toString('utf8');
  try {
    // All is looked at one by one only where there may be one of them: they need escapes, but for a plain name.
    return /proto|\\u/i.test(text) ? JSON.parse(text, refuseOdd) : JSON.parse(text);
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw notJson('is not JSON', cause);
  }
}

/** @throws FastifyError 415 for a body that is compressed, or says that its characters are not UTF-8 */
export function refuseCoded({
  'content-encoding': coding = 'identity',
  'content-type': type = '',
}: IncomingHttpHeaders): void {
  const charset = /;\s*charset="?([^\s;"]*)/i.exec(type)?.[1] ?? 'utf-8';
  const problem = !/^identity$/i.test(coding)
    ? `(bodies are taken as they are, not in ${coding})`
    : !/^(utf-?8|us-ascii)$/i.test(charset) && `(bodies are taken in UTF-8, not in ${charset})`;
  if (problem) throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(problem);
}

function refuseOdd(key: string, value: unknown): unknown {
  if (key === '__proto__') throw notJson('must not have a member __proto__');
  if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed()))
    throw notJson('has half a character: a surrogate without its other');
  return value;
}

function notJson(problem: string, cause?: unknown): Refusal {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new Refusal('invalid', `the body ${problem}${why}`, {
    fields: [{ pointer: '', message: problem }],
    cause,
  });
}

/** How deeply brackets outside of texts nest. */
function depthOf(body: Buffer): number {
  let [depth, deepest, inText] = [0, 0, false];
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (inText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) deepest = Math.max(deepest, ++depth);
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
  }
  return deepest;
}
