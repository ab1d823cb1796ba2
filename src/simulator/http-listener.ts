import { createServer, type RequestListener } from 'node:http';

/** Something that answers HTTP at an address. */
export interface HttpListener {
  port: number;
  /** Stops at once: connections that are open are cut, as when a machine goes down. */
  close(): Promise<void>;
}

/** Listens for HTTP. @param port 0 for any that is free @throws EADDRINUSE and its like */
export async function listenHttp(answer: RequestListener, host: string, port: number): Promise<HttpListener> {
  // Longer than any client keeps an idle connection, so that none is closed just as a request comes.
  const server = createServer({ keepAliveTimeout: 120_000 }, answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error(`no port is known for ${host}`);
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
