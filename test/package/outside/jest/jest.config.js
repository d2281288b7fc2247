module.exports = {
  testEnvironment: 'jest-fixed-jsdom',
  setupFiles: ['./jest.setup.js'],
};
