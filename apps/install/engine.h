#pragma once
// The engine and its layers in one include:
//
//   #include <triptych/engine.h>
//
//   g++ -std=c++20 program.cpp $(pkg-config --cflags --libs triptych)
//
// Tensors, the tape, operations with their gradients, optimizers, checkpoints and layers, all in namespace
// triptych. Each header below can be included alone. This list is made from the folders engine/ and layers/.
