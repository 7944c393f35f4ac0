// A hook that hosts a match, or joins one by code, for as long as its component is on the page.
import { useEffect, useState } from 'react';
import { type Endpoint, RelayConnection } from 'relais';

export interface Match {
  readonly relay: RelayConnection;
  /** Where the relay is, once the match is open. */
  readonly endpoint: Endpoint | undefined;
  /** What to tell the player where there is none. */
  readonly problem: string | undefined;
}

export function useMatch(code?: string): Match {
  const [relay] = useState(() => new RelayConnection('https://studio.example/relay'));
  const [endpoint, setEndpoint] = useState<Endpoint>();
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    const showProblem = ({ message }: { readonly message: string }) => setProblem(message);
    const forgetEndpoint = () => setEndpoint(undefined);
    // A relay that comes before `open` is not ready yet.
    const move = (next: Endpoint) => {
      if (relay.state === 'open') setEndpoint(next);
    };
    setProblem(undefined);
    relay.on('open', setEndpoint);
    relay.on('linked', move);
    relay.on('error', showProblem);
    relay.on('close', forgetEndpoint);
    // StrictMode runs each effect, its clean-up, and the effect once more. The first start is then left at once, before
    // anything is sent. Its promise rejects with "aborted"; no listener that is still there hears of it.
    if (code) relay.join(code);
    else relay.create();
    return () => {
      relay.off('open', setEndpoint);
      relay.off('linked', move);
      relay.off('error', showProblem);
      relay.off('close', forgetEndpoint);
      relay.leave();
    };
  }, [relay, code]);

  return { relay, endpoint, problem };
}

export function Lobby({ code }: { readonly code?: string }) {
  const { endpoint, problem, relay } = useMatch(code);
  if (problem) return <p role="alert">{problem}</p>;
  if (!endpoint) return <p>Looking for a relay …</p>;
  return (
    <p>
      Code {relay.joinCode}, relay {endpoint.link}
    </p>
  );
}
