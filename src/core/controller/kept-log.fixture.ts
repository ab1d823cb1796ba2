import type { Log } from '../spi/log.ts';

interface Line {
  level: string;
  message: string;
  facts: Record<string, unknown>;
}

/** For tests: a log that keeps its lines, those of its children too. */
export function keptLog(): Log & { lines: Line[] } {
  const lines: Line[] = [];
  const at = (level: string) => (facts: Record<string, unknown>, message: string) => {
    lines.push({ level, message, facts });
  };
  const log = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  };
  return log;
}
