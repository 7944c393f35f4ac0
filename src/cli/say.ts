/**
 * Says something on standard output or standard error. If nobody reads it, or there is no room for it, nothing happens.
 */
export function say(stream: NodeJS.WriteStream, text: string): void {
  stream.off('error', ignore).on('error', ignore);
  try {
    stream.write(text);
  } catch {
    // Node reports here that the file is full.
  }
}

const ignore = () => {};
