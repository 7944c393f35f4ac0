/** Where the gateway is, below the URL that a page reaches the proxy by. */
export const CHANNEL_PATH = 'v1/channel';
