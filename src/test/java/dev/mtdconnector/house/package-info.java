/** The rules that hold the code: its architecture, its sources, its documents and its package, as tests. */
@NullMarked
package dev.mtdconnector.house;

import org.jspecify.annotations.NullMarked;
