import { Application, Color, Entity } from 'playcanvas';
import { MatchScript } from '../../../docs/recipes/playcanvas.js';
import { addCanvas, addText, CODE, tellGame } from '../../support/recipe-page.js';

const app = new Application(addCanvas());
app.on('match:text', addText());
const camera = new Entity();
camera.addComponent('camera', { clearColor: Color.BLACK });
camera.setPosition(0, 0, 6);
app.root.addChild(camera);
app.start();
const entity = new Entity();
entity.addComponent('script');
app.root.addChild(entity);
entity.script?.create(MatchScript, { properties: { code: CODE } });
tellGame(() => entity.script?.get(MatchScript)?.relay.joinCode);
