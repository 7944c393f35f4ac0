/**
 * Says something on standard output or standard error. It does no harm where nobody reads it, or where there is no room
 * for it.
 */
export function say(stream: NodeJS.WriteStream, text: string): void {
  stream.off('error', ignore).on('error', ignore);
  try {
    stream.write(text);
  } catch {
    // A file that is full: Node tells of it here.
  }
}

const ignore = () => {};
