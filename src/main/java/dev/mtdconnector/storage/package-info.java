/** Table Storage and Queue Storage: the port that features program against, and its adapter for Azure. */
@NullMarked
package dev.mtdconnector.storage;

import org.jspecify.annotations.NullMarked;
