import { applyLine, type Editor } from './config-edit.ts';
import { type ConfigLine, renderConfig } from './config-tree.ts';
import { type Device, hostnameOf } from './device.ts';
import { fullInterfaceName } from './interface-names.ts';
import { execKeywords, expand, globalKeywords, interfaceKeywords, isKnown } from './keywords.ts';
import type { Network } from './network.ts';
import { showCommand } from './show.ts';

/** What a shell needs of the device behind it; every call sees the device as it is then. */
export interface ShellHost {
  device(): Device;
  network(): Network;
  /** Makes this the running configuration. */
  change(config: ConfigLine[]): void;
  /** Saves the running configuration. */
  save(): void;
  startup(): string;
}

/** One user at a console. */
export interface Shell {
  prompt(): string;
  /** What the device answers to a line, without the echo and without the next prompt. */
  execute(line: string): string;
}

const invalid = "% Invalid input detected at '^' marker.";

/** A console of an IOS-like device: user, privileged and configuration mode. */
export function iosShell(host: ShellHost): Shell {
  let privileged = false;
  let editor: Editor | undefined;

  const configure = (line: string): string => {
    const tree = structuredClone(host.device().config);
    const typed = line.trim();
    const current: Editor = { tree, path: sameSections(tree, editor?.path ?? []) };
    const inInterface = current.path.at(-1)?.text.startsWith('interface ') ?? false;
    if (/^do\s/i.test(typed)) return exec(typed.slice(3));
    const known =
      current.path.length > 0 && !inInterface
        ? /^[a-z]/i.test(typed) || /^\d+ /.test(typed)
        : isKnown(typed, globalKeywords) || (inInterface && isKnown(typed, interfaceKeywords));
    if (!known) return `${' '.repeat(Math.max(0, prompt().length))}^\n${invalid}\n`;
    const word = expand(typed, globalKeywords);
    if (word === 'end' || (word === 'exit' && current.path.length === 0)) {
      editor = undefined;
      return '';
    }
    applyLine(current, typed);
    editor = current;
    if (!/^(exit|end)/.test(word)) host.change(current.tree);
    return '';
  };

  const exec = (line: string): string => {
    const [command = '', ...filters] = line.split('|').map((part) => part.trim());
    const full = expand(command, execKeywords);
    return filtered(run(full), filters);
  };

  const run = (command: string): string => {
    if (command === '') return '';
    if (command === 'enable') privileged = true;
    else if (command === 'disable') privileged = false;
    else if (/^(exit|logout)$/.test(command)) privileged = false;
    else if (/^(end|terminal (length|width) \d+|clear counters)/.test(command)) return '';
    else if (command === 'configure terminal' || command === 'configure') {
      if (!privileged) return `${invalid}\n`;
      editor = { tree: [], path: [] };
      return 'Enter configuration commands, one per line.  End with CNTL/Z.\n';
    } else if (/^(write memory|write|copy running-config startup-config)$/.test(command)) {
      if (!privileged) return `${invalid}\n`;
      host.save();
      return 'Building configuration...\n[OK]\n';
    } else return show(command);
    return '';
  };

  const show = (command: string): string => {
    if (/^show running-config/.test(command)) {
      if (!privileged) return `${invalid}\n`;
      return running(host.device(), /^show running-config interface (.+)$/.exec(command)?.[1]);
    }
    if (command === 'show startup-config') return privileged ? host.startup() : `${invalid}\n`;
    const answer = showCommand(command, host.device(), host.network());
    return answer === undefined ? `${invalid}\n` : `${answer}\n`;
  };

  const prompt = (): string => {
    const name = hostnameOf(host.device());
    if (editor) return `${name}(config${modeOf(editor.path)})#`;
    return `${name}${privileged ? '#' : '>'}`;
  };
  return { prompt, execute: (line) => (editor ? configure(line) : exec(line)) };
}

/** The configuration with the header that the device puts before it. */
function running(device: Device, interfaceName: string | undefined): string {
  if (interfaceName !== undefined) {
    const text = `interface ${fullInterfaceName(interfaceName)}`;
    const found = device.config.find((line) => line.text.toLowerCase() === text.toLowerCase());
    if (!found) return `${invalid}\n`;
    const body = renderConfig([found]);
    return `Building configuration...\n\nCurrent configuration : ${body.length} bytes\n${body}`;
  }
  const body = renderConfig(device.config);
  return `Building configuration...\n\nCurrent configuration : ${body.length} bytes\n${body}`;
}

/** `| include`, `| exclude`, `| begin` and `| section`, each with its pattern. */
function filtered(output: string, filters: string[]): string {
  let lines = output.split('\n');
  for (const filter of filters) {
    const [, verb = '', pattern = ''] = /^(\S+)\s+(.*)$/.exec(filter) ?? [];
    const has = (line: string) => line.includes(pattern);
    if ('include'.startsWith(verb)) lines = lines.filter(has);
    else if ('exclude'.startsWith(verb)) lines = lines.filter((line) => !has(line));
    else if ('begin'.startsWith(verb)) lines = lines.slice(Math.max(0, lines.findIndex(has)));
    else if ('section'.startsWith(verb)) lines = sections(lines, has);
  }
  return filters.length > 0 ? `${lines.join('\n').trimEnd()}\n` : output;
}

function sections(lines: string[], has: (line: string) => boolean): string[] {
  let inside = false;
  return lines.filter((line) => {
    if (!line.startsWith(' ')) inside = has(line);
    return inside || has(line);
  });
}

function modeOf(path: ConfigLine[]): string {
  const text = path.at(-1)?.text ?? '';
  if (text === '') return '';
  const modes: [string, string][] = [
    ['interface', '-if'],
    ['router', '-router'],
    ['address-family', '-router-af'],
    ['line', '-line'],
    ['vlan', '-vlan'],
    ['ip access-list standard', '-std-nacl'],
    ['ip access-list extended', '-ext-nacl'],
    ['ip dhcp pool', 'dhcp-config'],
    ['route-map', '-route-map'],
    ['class-map', '-cmap'],
    ['policy-map', '-pmap'],
    ['vrf definition', '-vrf'],
  ];
  const sub = text.startsWith('interface') && text.includes('.') ? '-subif' : undefined;
  return sub ?? modes.find(([start]) => text.startsWith(start))?.[1] ?? '-sub';
}

/** The same sections in another copy of the tree; none when one of them is gone. */
function sameSections(tree: ConfigLine[], path: ConfigLine[]): ConfigLine[] {
  const found: ConfigLine[] = [];
  let level = tree;
  for (const one of path) {
    const line = level.find((candidate) => candidate.text === one.text);
    if (!line) return [];
    found.push(line);
    level = line.children;
  }
  return found;
}
