import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Log } from '@lcm/core/spi/log.ts';
import pino from 'pino';

/** Where lines go: standard error, or a file. */
export interface PinoLogOptions {
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Path of a file to append to; standard error where absent. */
  file?: string | undefined;
}

/**
 * JSON lines by pino, written before the call returns: a killed process has said what it did. Values under keys that
 * name a secret are replaced. A file that it makes is for this account alone: it tells who does what, and from where.
 */
export function pinoLog(options: PinoLogOptions): Log & { flush(): void } {
  if (options.file) mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 });
  const destination = pino.destination({ dest: options.file ?? 2, sync: true, mode: 0o600 });
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: [
        '*.password',
        '*.token',
        '*.secret',
        '*.authorization',
        'password',
        'token',
        'secret',
        'authorization',
      ],
    },
    destination,
  );
  return Object.assign(logOf(logger), { flush: () => destination.flushSync() });
}

function logOf(logger: pino.Logger): Log {
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.info(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error: (facts, message) => logger.error(facts, message),
    child: (facts) => logOf(logger.child(facts)),
  };
}
