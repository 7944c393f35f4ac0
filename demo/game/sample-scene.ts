import type { Scene } from './netcode.js';
import { FOX, type Rest } from './rules.js';

/** What is seen on the field before anybody plays. */
export const SAMPLE_SCENE: Scene<Rest> = {
  bodies: [
    { id: 0, x: 190, y: 170 },
    { id: 1, x: 640, y: 140 },
    { id: 2, x: 690, y: 400 },
    { id: FOX, x: 150, y: 420 },
  ],
  rest: {
    names: ['Robin', 'Wren', 'Jay'],
    scores: [],
    gems: [90, 90, 330, 80, 480, 460, 560, 300, 300, 470, 740, 270, 60, 290],
    dazed: [],
    left: 0,
    isOver: false,
    isHostHidden: false,
  },
};
