/** @jest-environment node */
require('./siblings.js').declareTests();
