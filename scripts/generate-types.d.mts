export function generateTypes(): Promise<Map<string, string>>;
