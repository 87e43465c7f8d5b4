import { toolVersion } from '../version.ts';
import type { HttpGet } from './hub-ports.ts';

/** No byte for so long, and the connection counts as broken. */
const idleTimeoutMs = 30_000;

/**
 * The one place that opens a connection. Follows nothing, keeps nothing, and takes the proxy from the environment where Node can
 * (from 24.5 on). Node's client is loaded with the first request: it takes a good part of a start, and most commands have none.
 */
export function nodeHttpGet(environment: Readonly<Record<string, string | undefined>>): HttpGet {
  const options = { keepAlive: false, proxyEnv: environment };
  return async (url, headers, cancelled) => {
    const client =
      url.protocol === 'https:' ? (await import('node:https')).default : (await import('node:http')).default;
    return new Promise((resolve, reject) => {
      const agent = new client.Agent(options);
      const request = client.get(
        url,
        { agent, headers: { 'user-agent': `invarlock/${toolVersion}`, ...headers }, signal: cancelled },
        (response) => {
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
            ),
            body: response,
            discard: () => response.destroy(),
          });
        },
      );
      request.setTimeout(idleTimeoutMs, () => {
        request.destroy(Object.assign(new Error('No answer in time.'), { code: 'ETIMEDOUT' }));
      });
      request.on('error', reject);
    });
  };
}
