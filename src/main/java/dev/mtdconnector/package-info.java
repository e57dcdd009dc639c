/** The MTD connector for Microsoft Intune. One package per feature; see docs/architecture.md. */
@NullMarked
package dev.mtdconnector;

import org.jspecify.annotations.NullMarked;
