import { AppBase, AppOptions, Entity, NullGraphicsDevice, ScriptComponentSystem } from 'playcanvas';
import { RelayScript } from '../../../docs/recipes/playcanvas.js';

const canvas = document.body.appendChild(document.createElement('canvas'));
const options = new AppOptions();
options.graphicsDevice = new NullGraphicsDevice(canvas);
options.componentSystems = [ScriptComponentSystem];
const app = new AppBase(canvas);
app.init(options);
app.on('relay:open', ({ link }: { readonly link: string }) => {
  document.body.dataset['link'] = link;
});
const root = new Entity();
root.addComponent('script');
app.root.addChild(root);
root.script?.create(RelayScript);
app.start();
