/** One line of an IOS-like configuration and what is configured under it. */
export interface ConfigLine {
  text: string;
  children: ConfigLine[];
  /** The further lines of a banner, up to and with its closing delimiter, as they were. */
  raw?: string[];
}

/**
 * Reads a configuration as a tree, by its indentation. Comments (`!`), blank lines, the closing `end` and
 * the header that `show running-config` prints are dropped; banners keep their lines as they are.
 */
export function parseConfig(text: string): ConfigLine[] {
  const root: ConfigLine[] = [];
  const open: { indent: number; line: ConfigLine }[] = [];
  const lines = text.replaceAll('\r', '').split('\n');
  for (let index = 0; index < lines.length; index++) {
    const source = (lines[index] ?? '').replaceAll('\t', ' ').trimEnd();
    const content = source.trimStart();
    if (isNoise(content)) continue;
    const indent = source.length - content.length;
    const line: ConfigLine = { text: content, children: [] };
    const closing = bannerDelimiter(content);
    if (closing !== undefined) {
      line.raw = [];
      while (index + 1 < lines.length) {
        const next = lines[++index] ?? '';
        line.raw.push(next);
        if (next.includes(closing)) break;
      }
    }
    while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent) open.pop();
    const parent = open.at(-1)?.line.children ?? root;
    parent.push(line);
    open.push({ indent, line });
  }
  return root;
}

/** Writes the tree as the device shows it: one space a level, `!` around sections, `end` at the end. */
export function renderConfig(tree: ConfigLine[]): string {
  const lines: string[] = [];
  for (const line of tree) {
    if (line.children.length > 0 && lines.at(-1) !== '!') lines.push('!');
    write(line, 0, lines);
    if (line.children.length > 0) lines.push('!');
  }
  if (lines.at(-1) !== '!') lines.push('!');
  return `${[...lines, 'end'].join('\n')}\n`;
}

/** The section whose line reads exactly so, or undefined. */
export const section = (tree: ConfigLine[], text: string): ConfigLine | undefined =>
  tree.find((line) => line.text.toLowerCase() === text.toLowerCase());

/** What follows a keyword in a list of lines: `after(lines, 'ip address')` gives `10.0.0.1 255.0.0.0`. */
export function after(lines: ConfigLine[], keyword: string): string | undefined {
  const found = lines.find((line) => line.text === keyword || line.text.startsWith(`${keyword} `));
  return found?.text.slice(keyword.length).trim();
}

function write(line: ConfigLine, level: number, into: string[]): void {
  into.push(' '.repeat(level) + line.text);
  if (line.raw) into.push(...line.raw);
  for (const child of line.children) write(child, level + 1, into);
}

const isNoise = (content: string): boolean =>
  content === '' ||
  content.startsWith('!') ||
  content === 'end' ||
  /^Building configuration|^Current configuration\s*:/.test(content);

/** The delimiter that ends the banner that begins here, unless it ends on the same line. */
export function bannerDelimiter(content: string): string | undefined {
  const start = /^banner\s+\S+\s+(\^C|\S)(.*)$/.exec(content);
  const delimiter = start?.[1];
  return delimiter === undefined || start?.[2]?.includes(delimiter) ? undefined : delimiter;
}
