import { NullEngine, Scene } from '@babylonjs/core';
import { createMatch } from '../../../docs/recipes/babylon.js';

const scene = new Scene(new NullEngine());
const { onOpen, relay } = createMatch(scene);
onOpen.add(({ link }) => {
  document.body.dataset['link'] = link;
});
relay.create();
