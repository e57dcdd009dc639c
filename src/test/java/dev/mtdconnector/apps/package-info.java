/** Tests of the lists of apps. */
@NullMarked
package dev.mtdconnector.apps;

import org.jspecify.annotations.NullMarked;
