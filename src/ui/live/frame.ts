/** One event of the stream, its data read as JSON. */
export interface Frame {
  /** `<epoch>.<revision>`: where to go on after a break. */
  id?: string;
  event: string;
  /** The envelope's `data`. */
  data: Readonly<Record<string, unknown>>;
}

/**
 * Reads server-sent events out of a stream of text that comes in pieces (WHATWG HTML, section 9.2.6).
 * Comments and `retry` are passed over; reconnecting is ours to decide.
 */
export class FrameReader {
  #rest = '';
  #event = '';
  #data: string[] = [];
  #id: string | undefined;

  /** The frames that this piece completes. @throws SyntaxError for data that is not JSON */
  read(piece: string): Frame[] {
    const frames: Frame[] = [];
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') this.#field(line);
      else {
        const frame = this.#frame();
        if (frame) frames.push(frame);
      }
    }
    return frames;
  }

  #field(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.#event = value;
    else if (name === 'data') this.#data.push(value);
    else if (name === 'id') this.#id = value;
  }

  #frame(): Frame | undefined {
    const [event, text, id] = [this.#event || 'message', this.#data.join('\n'), this.#id];
    this.#event = '';
    this.#data = [];
    this.#id = undefined;
    if (text === '') return undefined;
    return { ...(id ? { id } : {}), event, data: dataOf(JSON.parse(text)) };
  }
}

function dataOf(envelope: unknown): Frame['data'] {
  return isRecord(envelope) && isRecord(envelope['data']) ? envelope['data'] : {};
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
