import 'react';

declare module 'react' {
  interface CSSProperties {
    /** Custom properties, handed to a stylesheet. */
    [name: `--${string}`]: string | number | undefined;
  }
}
