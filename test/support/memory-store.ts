export { memoryStore } from '../../src/adapters/store-memory.js';
