/** The request with which an editor asks for what a certificate shows. */
export const certificateViewRequest = 'invarlock/certificateView';

export function certificateView(_parameters: unknown, _open: (uri: string) => string | undefined) {
  return { view: undefined, findings: [] };
}
