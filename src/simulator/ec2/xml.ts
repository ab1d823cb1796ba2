/** What can be written as XML; a list becomes one `<item>` per entry, `undefined` nothing at all. */
export type XmlValue = string | number | boolean | undefined | XmlValue[] | { [name: string]: XmlValue };

/** Writes the answer of an EC2 action, in the namespace that the service answers in. */
export function ec2Answer(action: string, requestId: string, fields: { [name: string]: XmlValue }): string {
  const inner = Object.entries({ requestId, ...fields }).map(([name, value]) => element(name, value));
  const root = `${action}Response`;
  return `${declaration}<${root} xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${inner.join('')}</${root}>`;
}

/** Writes an EC2 error document. */
export function ec2ErrorAnswer(requestId: string, code: string, message: string): string {
  const error = element('Error', { Code: code, Message: message });
  return `${declaration}<Response><Errors>${error}</Errors>${element('RequestID', requestId)}</Response>`;
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: XmlValue): string {
  if (Array.isArray(value)) return value.map((item) => element('item', item)).join('');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, inner]) => element(name, inner))
      .join('');
  }
  return escaped(String(value));
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => entities[character] ?? character);
}
