package dev.mtdconnector.bench;

final class FeedHeap {
    private FeedHeap() {}

    static void measure(int devices, int smaller, Figures figures) {}
}
