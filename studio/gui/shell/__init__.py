"""The frame of the window: main window, actions, menus, docks, top bar, status bar, start page."""
