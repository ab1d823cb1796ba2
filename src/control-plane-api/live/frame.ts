/** One event of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export function frame(type: string, data: unknown, id?: string): string {
  return frameOf(type, JSON.stringify(data), id);
}

/** The same for data that is JSON already. */
export function frameOf(type: string, json: string, id?: string): string {
  const envelope = `{"type":${JSON.stringify(type)},"source":"lablet-cloud-manager","data":${json}}`;
  return `event: ${type}\n${id ? `id: ${id}\n` : ''}data: ${envelope}\n\n`;
}
