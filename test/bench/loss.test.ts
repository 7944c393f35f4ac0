import { afterEach, describe, expect, it, vi } from 'vitest';
import { CannotMeasure } from './figure.js';
import { loss } from './loss.js';

const options = { quick: true, say: () => {} };

describe('the benchmark of lost packets', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('says that it cannot, to anybody but root', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1_000);
    const platform = vi.spyOn(process, 'platform', 'get').mockReturnValue('linux');
    const error = await loss(options).catch((thrown: unknown) => thrown);
    platform.mockRestore();
    expect(error).toBeInstanceOf(CannotMeasure);
    expect(String(error)).toContain('only root');
  });

  it('says that it cannot where the system is not Linux', async () => {
    const platform = vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin');
    const error = await loss(options).catch((thrown: unknown) => thrown);
    platform.mockRestore();
    expect(error).toBeInstanceOf(CannotMeasure);
    expect(String(error)).toContain('Linux');
  });
});
