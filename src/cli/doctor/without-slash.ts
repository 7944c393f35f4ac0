/** A URL as text, without the slashes at its end. */
export const withoutSlash = (url: string | URL): string => String(url).replace(/(?<!\/)\/+$/, '');
