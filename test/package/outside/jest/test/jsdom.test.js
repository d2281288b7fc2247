require('./siblings.js').declareTests();
