// Exercise 4: a scan. y[i] = x[0] + ... + x[i] of 256 numbers, by one block of 256 threads.
//
// In round k each thread adds the number 2^k places before its own: after 8 rounds it holds the sum of all of
// them. What a thread reads must be what the round before has left, and no thread may write it meanwhile: use
// two arrays that take turns, with one barrier in each round.
__global__ void scan(const int* x, int* y) {
  // write here
}
