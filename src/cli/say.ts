/** Says something on standard output or standard error. Nobody may be there to read it, and no room for it: that ends nothing. */
export function say(stream: NodeJS.WriteStream, text: string): void {
  stream.off('error', ignore).on('error', ignore);
  try {
    stream.write(text);
  } catch {
    // A file that is full: Node tells of it here.
  }
}

const ignore = () => {};
