export const CODE_SERVER_VERSION: string;
export function codeServerFolder(): string;
export function codeServerEntry(): string;
export function installCodeServer(log?: (line: string) => void): string;
