import { bannerDelimiter, type ConfigLine, parseConfig } from './config-tree.ts';
import { fullInterfaceName } from './interface-names.ts';
import {
  expand,
  globalKeywords,
  interfaceKeywords,
  isKnown,
  type Keywords,
  sectionKeywords,
} from './keywords.ts';
import { addAllowedVlans } from './vlan-list.ts';

/** A configuration being edited, and the sections that are entered: none of them in global mode. */
export interface Editor {
  tree: ConfigLine[];
  path: ConfigLine[];
}

/**
 * Applies a whole text. `replace` makes it the configuration; `merge` types it line by line, as one pastes
 * it into configure mode: indented or not, with `no`, `exit` and abbreviations.
 */
export function applyText(tree: ConfigLine[], text: string, mode: 'merge' | 'replace'): ConfigLine[] {
  if (mode === 'replace') return parseConfig(text);
  const editor: Editor = { tree: structuredClone(tree), path: [] };
  const lines = text.replaceAll('\r', '').split('\n');
  // How far each open section was indented; a line no further in than a section ends it, once the text
  // has shown that it uses indentation at all.
  const indents: number[] = [];
  let indented = false;
  for (let index = 0; index < lines.length; index++) {
    const source = lines[index] ?? '';
    const content = source.trim();
    if (content === '' || content.startsWith('!')) continue;
    const indent = source.search(/\S/);
    if (indent > 0 || indented)
      while (editor.path.length > 0 && (indents[editor.path.length - 1] ?? 0) >= indent)
        editor.path = editor.path.slice(0, -1);
    indented = indent > 0;
    const delimiter = bannerDelimiter(content);
    if (delimiter !== undefined) {
      const end = lines.findIndex((line, at) => at > index && line.includes(delimiter));
      const raw = lines.slice(index + 1, (end < 0 ? lines.length : end) + 1);
      setBanner(editor.tree, content, raw);
      index = end < 0 ? lines.length : end;
      continue;
    }
    const depth = editor.path.length;
    applyLine(editor, content);
    if (editor.path.length > depth || editor.path.length === 1) indents[editor.path.length - 1] ??= indent;
    indents.length = editor.path.length;
  }
  return editor.tree;
}

/** Applies one line typed in configure mode: it enters, leaves or changes the section that is open. */
export function applyLine(editor: Editor, typed: string): void {
  const current = editor.path.at(-1);
  const line = normalize(typed, current);
  if (line === 'end') editor.path = [];
  else if (line === 'exit' || line.startsWith('exit-')) editor.path = editor.path.slice(0, -1);
  else if (line.startsWith('no ')) remove(editor, line.slice(3));
  else if (line.startsWith('default interface ')) removeFrom(editor.tree, line.slice('default '.length));
  else if (opensSection(line) && !(current && opensInside(line))) enter(editor, editor.tree, [], line);
  else if (current && opensInside(line)) enterInside(editor, line);
  else set(current && !globalOnly.test(line) ? current.children : leave(editor), line);
}

/** The line with its words written out, as the device would keep it. */
function normalize(typed: string, current: ConfigLine | undefined): string {
  let line = expand(typed, keywordsFor(typed, current));
  line = line.replace(
    /^(no |default )?interface (.+)$/,
    (_all, prefix: string | undefined, name: string) => `${prefix ?? ''}interface ${fullInterfaceName(name)}`,
  );
  return line.replace(/^(no )?line con(?:sole)? /, (_all, no: string | undefined) => `${no ?? ''}line con `);
}

/** The words of the open section's mode, unless the line can only be meant for global mode. */
function keywordsFor(typed: string, current: ConfigLine | undefined): Keywords {
  if (!current) return globalKeywords;
  const own = current.text.startsWith('interface ') ? interfaceKeywords : sectionKeywords;
  return isKnown(typed, own) || !isKnown(typed, globalKeywords) ? own : globalKeywords;
}

/** Lines that open a section of global mode. */
const opensSection = (line: string): boolean =>
  /^(interface |router |line (con|vty|aux) |vlan \d|ip access-list |ip dhcp pool |route-map |class-map |policy-map |vrf definition |key chain |control-plane$|ipv6 router |ipv6 access-list |object-group |archive$|crypto isakmp policy |crypto map .+ ipsec|event manager applet |redundancy$)/.test(
    line,
  );

/** Lines that open a section within a section. */
const opensInside = (line: string): boolean => /^(address-family |class |key \d+$)/.test(line);

/** Commands that exist in global mode only: typed within a section they leave it, as IOS does. */
const globalOnly =
  /^(hostname|username|enable (secret|password)|ip (route|domain|name-server|routing|http|ssh|default-gateway|prefix-list|forward-protocol|nat (inside|outside) source)|access-list|banner|service|snmp-server|ntp|logging (buffered|host|console|trap)|aaa|vtp|cdp run|lldp run|spanning-tree mode|ipv6 unicast-routing|ipv6 route)\b/;

function enter(editor: Editor, siblings: ConfigLine[], path: ConfigLine[], line: string): void {
  let found = siblings.find((one) => one.text.toLowerCase() === line.toLowerCase());
  if (!found) {
    found = { text: line, children: [] };
    insert(siblings, found);
  }
  editor.path = [...path, found];
}

/** A section within a section; one of the same kind stands beside the one that is open. */
function enterInside(editor: Editor, line: string): void {
  const inner = opensInside(editor.path.at(-1)?.text ?? '');
  const path = inner ? editor.path.slice(0, -1) : editor.path;
  const parent = path.at(-1);
  if (parent) enter(editor, parent.children, path, line);
}

function leave(editor: Editor): ConfigLine[] {
  editor.path = [];
  return editor.tree;
}

/** Commands of which there is one: a new value takes the old one's place. */
const single = [
  'hostname',
  'description',
  'ip address',
  'ip domain name',
  'ip domain-name',
  'ip default-gateway',
  'ip ospf cost',
  'ip ospf priority',
  'ip ospf network',
  'ip ospf hello-interval',
  'ip ospf dead-interval',
  'ip mtu',
  'ip ssh version',
  'switchport mode',
  'switchport access vlan',
  'switchport voice vlan',
  'switchport trunk allowed vlan',
  'switchport trunk native vlan',
  'switchport trunk encapsulation',
  'encapsulation dot1Q',
  'spanning-tree mode',
  'enable secret',
  'enable password',
  'vtp mode',
  'vtp domain',
  'router-id',
  'name',
  'bandwidth',
  'delay',
  'duplex',
  'speed',
  'mtu',
  'exec-timeout',
  'transport input',
  'transport output',
  'auto-cost reference-bandwidth',
  'clock timezone',
  'channel-group',
  'default-router',
  'version',
];

function set(lines: ConfigLine[], line: string): void {
  const vlans = addAllowedVlans(
    lines.map((one) => one.text),
    line,
  );
  const wanted = vlans ?? line;
  const key = single.find((prefix) => wanted === prefix || wanted.startsWith(`${prefix} `));
  const named = /^(username \S+)/.exec(wanted)?.[1] ?? /^(\d+) (?:permit|deny)/.exec(wanted)?.[1];
  const replaces = (one: ConfigLine): boolean => {
    if (one.text === wanted || one.text === `no ${wanted}`) return true;
    if (key !== undefined && !wanted.endsWith(' secondary'))
      return one.text === `no ${key}` || (startsWithWord(one.text, key) && !one.text.endsWith(' secondary'));
    return named !== undefined && startsWithWord(one.text, named);
  };
  const index = lines.findIndex(replaces);
  if (index < 0) insert(lines, { text: wanted, children: [] });
  else lines.splice(index, 1, { text: wanted, children: [] });
  for (let at = lines.length - 1; at >= 0; at--) {
    const one = lines[at];
    if (one && one.text !== wanted && replaces(one)) lines.splice(at, 1);
  }
}

/** What is on unless it is switched off: `no` of it is kept as a line of its own. */
const defaultOn =
  /^(ip address|switchport|ip http server|ip http secure-server|ip domain[ -]lookup|cdp run|cdp enable|ip cef|ipv6 cef|logging console|aaa new-model|ip routing|auto-summary|ip proxy-arp|service password-encryption)$/;

function remove(editor: Editor, line: string): void {
  const current = editor.path.at(-1);
  if (opensSection(line) || !current || globalOnly.test(line)) {
    if (opensSection(line) || current) editor.path = [];
    removeFrom(editor.tree, line);
    return;
  }
  removeFrom(current.children, line);
}

function removeFrom(lines: ConfigLine[], line: string): void {
  const before = lines.length;
  for (let at = lines.length - 1; at >= 0; at--)
    if (startsWithWord(lines[at]?.text ?? '', line)) lines.splice(at, 1);
  if (/^(switchport mode|switchport access vlan|description)\b/.test(line) && lines.length === before) return;
  const command = line.startsWith('ip address') ? 'ip address' : line;
  if (defaultOn.test(command) && !lines.some((one) => one.text === `no ${command}`))
    insert(lines, { text: `no ${command}`, children: [] });
}

/** New lines go beside their like; else before what IOS keeps at the end. */
function insert(lines: ConfigLine[], line: ConfigLine): void {
  const word = line.text.split(' ')[0] ?? '';
  const last = lines.findLastIndex((one) => one.text.split(' ')[0] === word);
  const tail = lines.findIndex((one) => /^(control-plane|line (con|aux|vty))/.test(one.text));
  const at = last >= 0 ? last + 1 : tail >= 0 && !word.startsWith('line') ? tail : lines.length;
  lines.splice(at, 0, line);
}

function setBanner(tree: ConfigLine[], text: string, raw: string[]): void {
  const kind = text.split(/\s+/).slice(0, 2).join(' ');
  const banner: ConfigLine = { text, children: [], raw };
  const index = tree.findIndex((one) => one.text.startsWith(`${kind} `));
  if (index < 0) insert(tree, banner);
  else tree[index] = banner;
}

const startsWithWord = (text: string, start: string): boolean => {
  const [a, b] = [text.toLowerCase(), start.toLowerCase()];
  return a === b || a.startsWith(`${b} `);
};
